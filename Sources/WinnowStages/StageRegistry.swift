import WinnowCore

/// All stages, in the order of the default pipeline. A new stage is one file and one line here.
public enum StageRegistry {
    public static let all: [any Stage.Type] = [
        Decode.self,
        Normalize.self,
        CaptionCredits.self,
        Boilerplate.self,
        Furniture.self,
        NearDuplicates.self,
        BlankLines.self,
    ]

    public static var descriptors: [StageDescriptor] { all.map { $0.descriptor } }

    public static func stage(named name: String) -> (any Stage.Type)? { all.first { $0.descriptor.name == name } }
}
